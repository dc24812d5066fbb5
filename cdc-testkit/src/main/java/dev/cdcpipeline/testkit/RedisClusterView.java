package dev.cdcpipeline.testkit;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** What one node of a cluster knows of all: {@code CLUSTER NODES}. */
record RedisClusterView(List<Member> members) {

    private static final int ID = 0;
    private static final int ADDRESS = 1;
    private static final int FLAGS = 2;
    private static final int EPOCH = 6;
    private static final int FIRST_SLOTS = 8;

    /** @param slots such as 0-5460 or 93 */
    record Member(String id, int port, Set<String> flags, long epoch, List<String> slots) {

        boolean isMaster() {
            return flags.contains("master");
        }

        boolean isReachable() {
            return flags.stream().allMatch(Set.of("myself", "master", "slave")::contains);
        }

        boolean serves(int slot) {
            return isMaster() && slots.stream().anyMatch(range -> slot >= bound(range, 0) && slot <= bound(range, 1));
        }

        int slotCount() {
            return slots.stream()
                    .mapToInt(range -> bound(range, 1) - bound(range, 0) + 1)
                    .sum();
        }

        private static int bound(String range, int index) {
            String[] bounds = range.split("-", 2);
            return Integer.parseInt(bounds[Math.min(index, bounds.length - 1)]);
        }
    }

    static RedisClusterView of(RedisServer node) {
        return new RedisClusterView(String.valueOf(node.command("CLUSTER", "NODES"))
                .lines()
                .map(RedisClusterView::member)
                .toList());
    }

    private static Member member(String line) {
        String[] fields = line.split(" ");
        String port = fields[ADDRESS].replaceAll(".*:(\\d+)@.*", "$1");
        List<String> slots = Arrays.stream(fields)
                .skip(FIRST_SLOTS)
                .filter(range -> !range.startsWith("[")) // On the move.
                .toList();
        return new Member(
                fields[ID],
                Integer.parseInt(port),
                Set.of(fields[FLAGS].split(",")),
                Long.parseLong(fields[EPOCH]),
                slots);
    }

    Member myself() {
        return members.stream()
                .filter(member -> member.flags().contains("myself"))
                .findFirst()
                .orElseThrow();
    }

    /** Whether the member is known, reachable, and in the role that it has by its own view. */
    boolean agreesWith(Member own) {
        return members.stream()
                .anyMatch(member ->
                        member.id().equals(own.id()) && member.isReachable() && member.isMaster() == own.isMaster());
    }
}
