"""Who acts as one: groups refined, tried, scored and explained."""
