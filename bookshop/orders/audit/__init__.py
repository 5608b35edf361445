"""The rules that stock, orders, payments and numbers keep, and the report of violations."""
