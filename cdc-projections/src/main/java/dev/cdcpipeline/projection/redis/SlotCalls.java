package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.failure.FencedException;
import dev.cdcpipeline.failure.OffsetLostException;
import dev.cdcpipeline.failure.TransientFailure;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Runs scripts in many slots at once, and waits for all of them. A session that does not know what has become of one of them must see
 * to it that it comes too late.
 */
final class SlotCalls {
    /** So many are under way at once. */
    private static final int WINDOW = 2048;

    /** @param head what the script looks at, for messages */
    record Call(String head, Script script, String[] keys, byte[][] arguments) {

        private CompletableFuture<List<Object>> send(RedisLink link) {
            return script.run(link.commands(), keys, arguments).toCompletableFuture();
        }
    }

    /** What a script meets that touches a key which it has not named, in a slot that is being moved. Later it will go well. */
    private static final String MOVED_AWAY = "non local key";

    private final String who;
    private boolean unanswered;

    SlotCalls(String who) {
        this.who = who;
    }

    /** Whether what was sent may still be under way. */
    boolean isUnanswered() {
        return unanswered;
    }

    /** What was sent before now comes too late. */
    void settled() {
        unanswered = false;
    }

    /**
     * The answers, in the order of the calls.
     *
     * @throws RuntimeException if one has failed: which of the others were done is not known; a fence before a loss before anything
     *     else
     */
    List<List<Object>> run(RedisLink link, List<Call> calls, long epoch) {
        List<List<Object>> answers = new ArrayList<>(calls.size());
        for (int from = 0; from < calls.size(); from += WINDOW) {
            List<Call> window = calls.subList(from, Math.min(calls.size(), from + WINDOW));
            boolean before = unanswered;
            unanswered = true;
            List<CompletableFuture<List<Object>>> sent =
                    link.atOnce(window.size(), i -> window.get(i).send(link));
            if (!Answers.settle(sent)) {
                sent.forEach(answer -> answer.cancel(false));
            }
            unanswered = before || !sent.stream().allMatch(SlotCalls::isAnswered);
            judge(window, sent, epoch);
            sent.forEach(answer -> answers.add(answer.join()));
        }
        return answers;
    }

    private void judge(List<Call> calls, List<CompletableFuture<List<Object>>> sent, long epoch) {
        RuntimeException worst = null;
        for (int i = 0; i < calls.size(); i++) {
            RuntimeException failure = failure(calls.get(i), sent.get(i), epoch);
            if (failure != null && (worst == null || weight(failure) > weight(worst))) {
                worst = failure;
            }
        }
        if (worst != null) {
            throw worst;
        }
    }

    /** Whatever a server has answered is over; a lost connection tells nothing. */
    private static boolean isAnswered(CompletableFuture<?> answer) {
        return !answer.isCompletedExceptionally()
                || answer.handle((reply, failure) -> isOfServer(failure)).join();
    }

    private static boolean isOfServer(@Nullable Throwable failure) {
        return failure instanceof RedisCommandExecutionException
                || failure instanceof CompletionException
                        && failure.getCause() instanceof RedisCommandExecutionException;
    }

    private @Nullable RuntimeException failure(Call call, CompletableFuture<List<Object>> answer, long epoch) {
        if (answer.isCancelled()) {
            return new RedisCommandTimeoutException("no answer within " + Answers.LONGEST.toSeconds() + " s");
        }
        try {
            List<Object> reply = Answers.await(answer);
            new Replies(who, call.head()).require(reply, epoch);
            return Replies.text(reply, 0).equals("LATE")
                    ? new TransientFailure(who + " was overtaken by itself at key '" + call.head() + "'")
                    : null;
        } catch (RedisCommandExecutionException e) {
            return String.valueOf(e.getMessage()).contains(MOVED_AWAY)
                    ? new TransientFailure(who + " waits for a slot that is being moved: " + e.getMessage(), e)
                    : e;
        } catch (RuntimeException e) {
            return e;
        }
    }

    private static int weight(RuntimeException failure) {
        if (failure instanceof FencedException) {
            return 3;
        }
        if (failure instanceof OffsetLostException) {
            return 2;
        }
        return failure instanceof RedisCommandExecutionException ? 0 : 1;
    }
}
