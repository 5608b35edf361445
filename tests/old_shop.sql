-- a shop with one book, one order of it and one display, as the release with revision 0002 wrote them
INSERT INTO books VALUES ('9781732265172', 'Learning', '', 'R. Hamming', 'BB', 432, 'Press', '2020-05-26', 'eng', 'First & <second>.

Third.', 2300, 'SGD', 'science', '2026-08-28', 'learning');
INSERT INTO contributors VALUES ('9781732265172', 0, 'A01', 'R. Hamming');
INSERT INTO subjects VALUES ('9781732265172', 0, 'PD');
INSERT INTO displays VALUES ('window', 0, '9781732265172', '', '');
INSERT INTO stock VALUES ('9781732265172', 5, 1);
INSERT INTO stock_movements (isbn, kind, reason, quantity, moved_at) VALUES ('9781732265172', 'received', 'samples', 5, '2026-11-01 00:00:00');
INSERT INTO stock_movements (isbn, kind, reason, quantity, moved_at) VALUES ('9781732265172', 'reserved', 'order1', 1, '2026-11-01 00:00:00');
INSERT INTO orders (id, token, placed_at, email, name, delivery, street, city, postcode, country, delivery_fee_minor, total_minor, currency, payment, intent_id, intent_version, intent_status, failure, held, charge_id, charge_method, charge_brand, charge_last4, asked_at) VALUES ('order1', 'token1', '2026-11-01 00:00:00', 'reader@example.com', 'A Reader', 'collect', '', '', '', '', 0, 2300, 'SGD', 'open', '', 1, '', '', '', '', '', '', '', '1970-01-01 00:00:00');
INSERT INTO order_lines VALUES ('order1', 0, '9781732265172', 'Learning', 'R. Hamming', 1, 2300);
