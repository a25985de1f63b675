"""What the customers service knows: pure values and rules, no bus, no store, no clock."""
