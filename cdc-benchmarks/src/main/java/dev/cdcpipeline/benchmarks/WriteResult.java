package dev.cdcpipeline.benchmarks;

/**
 * What one turn of writing to Redis came to.
 *
 * @param perSecond changes per second
 * @param cpuMicros CPU time of the JVM per change
 * @param serverMicros CPU time of Redis per change
 */
record WriteResult(double perSecond, double cpuMicros, double serverMicros) {
    private static final String MARKER = "WRITES ";

    String toLine(Variant variant) {
        return marker(variant) + perSecond + " " + cpuMicros + " " + serverMicros;
    }

    static boolean isOf(Variant variant, String line) {
        return line.contains(marker(variant));
    }

    static WriteResult parse(String line) {
        String[] parts = line.substring(line.indexOf(MARKER)).trim().split(" ");
        return new WriteResult(
                Double.parseDouble(parts[2]), Double.parseDouble(parts[3]), Double.parseDouble(parts[4]));
    }

    private static String marker(Variant variant) {
        return MARKER + variant + " ";
    }
}
