package dev.cdcpipeline.examples.hermet;

/**
 * Lets the shards take turns on a view that is made of rows of several shards.
 *
 * <p>Each shard writes in a transaction of its own, and neither sees what the other has not committed. Without a lock, this
 * order of events leaves a wrong row for ever:
 *
 * <ol>
 *   <li>db0 brings a friendship with user 7, copies the nickname of 7 as it is now, and has not committed;
 *   <li>db1 brings a new nickname of user 7, looks for friendships with 7, finds none, and commits;
 *   <li>db0 commits, with the old nickname.
 * </ol>
 *
 * <p>So whoever computes rows of the view takes the view's lock first and keeps it until its transaction ends. PostgreSQL
 * makes a commit visible before it releases the locks, and under READ COMMITTED each statement sees what was committed
 * before that statement began: the second one to get the lock sees all that the first has done. The lock must therefore be a
 * statement of its own, before the one that reads.
 *
 * <p>One lock for each user would let the shards work side by side, but a handler meets the users in the order of the
 * stream, thousands in a batch, and two shards would often wait for each other: a deadlock, which the pipeline survives (it
 * tries again) but which costs a second each time. One lock for each view, always taken in the order of the projections,
 * cannot deadlock. A shard only holds it while it writes, and what does not touch the view goes on without it.
 */
enum ViewLock {
    CONTACTS,
    CONVERSATIONS;

    /** Tells our locks from those of others in the same database. */
    private static final int HERMET = 0x4845524d;

    /**
     * The statement with the lock before it, to be sent together; the end of the transaction gives the lock back. To take it
     * again is cheap.
     *
     * <p>The target has every statement planned anew, which is right for few large ones. Ours are many small look-ups: planned
     * once for each connection, and by index even while the tables are so new that there are no statistics.
     */
    String before(String sql) {
        return "select pg_advisory_xact_lock(" + HERMET + ", " + ordinal() + "),"
                + " set_config('plan_cache_mode', 'auto', true), set_config('enable_seqscan', 'off', true);\n" + sql;
    }
}
