"""Which fields of Stripe's objects may be absent, by the npm package stripe 23.1.0.

Its types tell "absent" from "null", those of the Python package do not; both are of API version
2026-10-28.endive. All other fields are always there.
"""

# by the name of the class in both packages
OMITTABLE_FIELDS: dict[str, str] = {
    "Charge": "authorization_code level3 presentment_details radar_options refunds transfer",
    "Charge.FraudDetails": "stripe_report user_report",
    "Charge.Outcome": "risk_level risk_score rule",
    "Charge.PaymentMethodDetails.Card": (
        "capture_before description extended_authorization fingerprint iin incremental_authorization "
        "issuer moto multicapture network_token overcapture setup_credential_usage "
        "stored_credential_usage"
    ),
    "Charge.PaymentMethodDetails.Card.ThreeDSecure": "exemption_indicator_applied",
    "Charge.PaymentMethodDetails.Paynow": "location reader",
    "Dispute": "network_reason_code payment_method_details",
    "Dispute.Evidence": "appeal",
    "Dispute.Evidence.EnhancedEvidence": "mastercard_compliance visa_compelling_evidence_3 visa_compliance",
    "Dispute.EvidenceDetails.EnhancedEligibility": (
        "mastercard_compliance visa_compelling_evidence_3 visa_compliance"
    ),
    "Dispute.PaymentMethodDetails": "amazon_pay card klarna paypal",
    "EarlyFraudWarning": "payment_intent",
    "Event": "account context",
    "Event.Data": "previous_attributes",
    "LineItem": "discounts taxes",
    "PaymentIntent": "amount_details hooks payment_details presentment_details transfer_data",
    "PaymentIntent.AutomaticPaymentMethods": "allow_redirects",
    "PaymentIntent.PaymentMethodOptions.Card": (
        "capture_method request_extended_authorization request_incremental_authorization "
        "request_multicapture request_overcapture require_cvc_recollection setup_credential_usage "
        "setup_future_usage statement_descriptor_suffix_kana statement_descriptor_suffix_kanji "
        "stored_credential_usage"
    ),
    "PaymentIntent.PaymentMethodOptions.Grabpay": "setup_future_usage",
    "PaymentIntent.PaymentMethodOptions.Paynow": "setup_future_usage",
    "PaymentIntent.Processing": "card",
    "PaymentIntent.Processing.Card": "customer_notification",
    "PaymentIntent.Shipping": "address carrier name phone tracking_number",
    "PaymentMethod.Card": "description fingerprint iin issuer",
    "Price": "currency_options tiers",
    "Refund": (
        "description destination_details failure_balance_transaction failure_reason "
        "instructions_email next_action pending_reason presentment_details"
    ),
    "Refund.DestinationDetails.Card": "reference reference_status reference_type",
    "Session": (
        "branding_settings excluded_payment_method_types line_items name_collection optional_items "
        "phone_number_collection presentment_details redirect_on_completion return_url "
        "tax_id_collection"
    ),
    "Session.PaymentMethodOptions.Card": (
        "capture_method installments request_extended_authorization request_incremental_authorization "
        "request_multicapture request_overcapture restrictions setup_future_usage "
        "statement_descriptor_suffix_kana statement_descriptor_suffix_kanji"
    ),
    "Session.TotalDetails": "breakdown",
    "WebhookEndpoint": "secret",
}
# of classes with a field for each of Stripe's payment methods: the fields that are always there
REQUIRED_FIELDS: dict[str, str] = {
    "Charge.PaymentMethodDetails": "type",
    "ErrorObject": "message type",
    "PaymentIntent.LastPaymentError": "type",
    "PaymentIntent.NextAction": "type",
    "PaymentIntent.PaymentMethodOptions": "",
    "PaymentMethod": "billing_details created customer customer_account id livemode metadata object type",
    "Refund.DestinationDetails": "type",
    "Session.PaymentMethodOptions": "",
}
