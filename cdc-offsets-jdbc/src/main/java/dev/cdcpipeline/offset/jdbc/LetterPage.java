package dev.cdcpipeline.offset.jdbc;

/** The next letters in their order, no more than memory may hold. */
final class LetterPage {
    /** Beyond this many characters of rows a page ends. */
    private static final long CHARACTERS = 32_000_000;

    private final LetterCondition meant;
    private final int most;

    /** @param most how many; fewer if their rows are large, but one at least */
    LetterPage(LetterCondition meant, int most) {
        this.meant = meant;
        this.most = most;
    }

    String sql() {
        return "select * from cdc_dead_letter where id in (select id from (select id, sum(size) over (order by id) - size"
                + " as earlier from (select id, coalesce(octet_length(cdc_dead_letter.before::text), 0)"
                + " + coalesce(octet_length(after::text), 0) as size from cdc_dead_letter where " + meant.sql()
                + " order by id limit ?) sized) page where earlier <= ?) order by id";
    }

    Object[] parameters() {
        return meant.parameters(most, CHARACTERS);
    }
}
