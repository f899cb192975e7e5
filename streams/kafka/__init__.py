"""How Kafka is reached and how its topics are kept."""
