"""What to do today, lists of orders, and finding one."""
