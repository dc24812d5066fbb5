package dev.cdcpipeline.examples.orders;

import java.math.BigDecimal;
import java.time.Instant;

/** A row of {@code orders}, and what is in Redis as JSON. */
record Order(long id, String customer, String status, BigDecimal total, Instant updatedAt) {}
