package dev.cdcpipeline.benchmarks;

/** Which rows of the backlog have parked changes when it is drained. */
enum Parked {
    NONE("nothing parked", "drain_beside_none"),
    /** Rows that the backlog has nothing of. */
    AWAY("10,000 rows parked that do not change", "drain_beside_away"),
    /** Rows that one change in 100 of the backlog is of: it is parked behind them. */
    HIT("10,000 rows parked that 1 % of the changes hit", "drain_beside_hit");

    private final String title;
    private final String template;

    Parked(String title, String template) {
        this.title = title;
        this.template = template;
    }

    String title() {
        return title;
    }

    /** The database that is copied for the target of a run. */
    String template() {
        return template;
    }
}
