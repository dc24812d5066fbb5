package dev.cdcpipeline.change;

/**
 * A value of SQL type {@code interval}, exactly as PostgreSQL keeps it: months, days and microseconds apart, because a month has
 * no fixed number of days and a day no fixed number of hours (documentation, chapter "Date/Time Types").
 *
 * @param months any sign; a year is 12
 * @param days any sign
 * @param microseconds any sign
 */
public record Interval(int months, int days, long microseconds) {}
