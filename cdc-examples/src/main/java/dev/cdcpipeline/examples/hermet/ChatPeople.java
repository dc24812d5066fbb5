package dev.cdcpipeline.examples.hermet;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/** One thread of traffic on one connection: one random action after another, in even steps. */
final class ChatPeople implements Runnable {
    private static final List<ChatAction> ACTIONS = Stream.of(
                    UserActions.ALL, FriendshipActions.ALL, ChannelActions.ALL, MemberActions.ALL, BulkActions.ALL)
            .flatMap(List::stream)
            .toList();
    private static final int WEIGHT =
            ACTIONS.stream().mapToInt(ChatAction::weight).sum();
    /** Rolled back instead of committed: must never be seen. */
    private static final double CHANGE_OF_MIND = 0.02;
    /** Unique violation, foreign key violation, deadlock: such is life with many people. */
    private static final Set<String> REFUSED = Set.of("23505", "23503", "40P01");

    private final DataSource shard;
    private final Dice dice;
    private final long stepNanos;
    private final Map<String, Long> committedByAction = new TreeMap<>();
    private volatile long committed;
    private volatile boolean stopped;

    ChatPeople(DataSource shard, Dice dice, double perSecond) {
        this.shard = shard;
        this.dice = dice;
        this.stepNanos = (long) (1e9 / perSecond);
    }

    @Override
    public void run() {
        try (Handle chat = Jdbi.create(shard).open()) {
            long next = System.nanoTime();
            while (!stopped) {
                perform(chat, action());
                // A machine that is too slow is not to be flooded when it can breathe again.
                next = Math.max(next + stepNanos, System.nanoTime() - 10 * stepNanos);
                LockSupport.parkNanos(next - System.nanoTime());
            }
        }
    }

    private ChatAction action() {
        int ticket = dice.below(WEIGHT);
        for (ChatAction action : ACTIONS) {
            ticket -= action.weight();
            if (ticket < 0) {
                return action;
            }
        }
        throw new AssertionError(ticket);
    }

    @SuppressWarnings("NonAtomicOperationOnVolatileField") // One thread writes.
    private void perform(Handle chat, ChatAction action) {
        chat.begin();
        try {
            action.work().perform(chat, dice);
            if (dice.chance(CHANGE_OF_MIND)) {
                chat.rollback();
                count("(rolled back)");
                return;
            }
            chat.commit();
            count(action.name());
            committed++;
        } catch (JdbiException e) {
            chat.rollback();
            if (!(e.getCause() instanceof SQLException sql) || !REFUSED.contains(sql.getSQLState())) {
                throw e;
            }
            count("(refused by the database)");
        }
    }

    private void count(String what) {
        committedByAction.merge(what, 1L, Long::sum);
    }

    void stop() {
        stopped = true;
    }

    long committed() {
        return committed;
    }

    /** To be asked after the thread has ended. */
    Map<String, Long> committedByAction() {
        return committedByAction;
    }
}
