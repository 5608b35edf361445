"""What shoppers ask the shop about their orders: to change one, or to withdraw from it."""
