package dev.cdcpipeline.internal.postgres;

import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which transactions a read sees. The stream hands a commit over before everybody sees it: a moment before, or for as long as
 * it waits for a synchronous standby. PostgreSQL documentation: "pg_snapshot Components".
 *
 * @param next the first number that was not given to anyone yet, its low 32 bits
 * @param running the numbers below that are not finished, their low 32 bits
 */
record VisibleTransactions(int next, Set<Integer> running) {

    /** @param snapshot {@code xmin:xmax:xip_list} */
    static VisibleTransactions parse(String snapshot) {
        String[] parts = snapshot.split(":", -1);
        Set<Integer> running = Arrays.stream(parts[2].split(","))
                .filter(number -> !number.isEmpty())
                .map(number -> (int) Long.parseLong(number))
                .collect(Collectors.toSet());
        return new VisibleTransactions((int) Long.parseLong(parts[1]), running);
    }

    /** Whether it sees all of these, of which only the low 32 bits count: numbers are compared as they wrap around. */
    boolean containAll(Collection<Long> transactions) {
        return transactions.stream()
                .mapToInt(Long::intValue)
                .allMatch(transaction -> transaction - next < 0 && !running.contains(transaction));
    }
}
