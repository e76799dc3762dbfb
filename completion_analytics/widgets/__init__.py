"""What is looked at and clicked in a notebook: the conversation viewer and the explorer."""
