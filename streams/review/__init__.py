"""What a usable scorecard probably says otherwise than its author meant. `streams.review.review` is the way in."""
