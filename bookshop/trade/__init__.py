"""The book trade's vocabulary: identifiers, availability, forms, roles and subjects."""
