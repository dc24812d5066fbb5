package dev.cdcpipeline.benchmarks;

/**
 * What one drain came to.
 *
 * @param whole changes per second from the first batch to the end
 * @param secondHalf the same of the second half, when the JVM is warm
 * @param cpuMicros CPU time of the JVM per change
 * @param heapMegabytes what the heap holds after the end, garbage collected
 */
record DrainResult(double whole, double secondHalf, double cpuMicros, double heapMegabytes) {
    static final String MARKER = "DRAIN ";

    String toLine() {
        return MARKER + whole + " " + secondHalf + " " + cpuMicros + " " + heapMegabytes;
    }

    static DrainResult parse(String line) {
        String[] numbers =
                line.substring(line.indexOf(MARKER) + MARKER.length()).trim().split(" ");
        return new DrainResult(
                Double.parseDouble(numbers[0]),
                Double.parseDouble(numbers[1]),
                Double.parseDouble(numbers[2]),
                Double.parseDouble(numbers[3]));
    }
}
