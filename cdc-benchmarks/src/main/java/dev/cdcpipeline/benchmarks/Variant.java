package dev.cdcpipeline.benchmarks;

/** Who drains the backlog. */
enum Variant {
    /** A bare Debezium engine that only counts: the most that any user of Debezium can reach. */
    NO_OP("no-op engine"),
    /** The same engine, and one auto-committed upsert or delete for each event: what is written first by most. */
    NAIVE("naive upsert"),
    /** This library with its default settings, into a view. */
    PIPELINE("pipeline"),
    /** The same into Redis, a string of JSON for each row. */
    REDIS("pipeline to Redis");

    private final String title;

    Variant(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }
}
