package dev.cdcpipeline.failure;

import dev.cdcpipeline.failure.FailureRule.By;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The rows of {@link FailureTable}, and how one is found. */
final class FailureRules {
    private static final String REDIS = "io.lettuce.core.RedisCommandExecutionException";
    private static final int STATE_CLASS = 2;

    static final List<FailureRule> ALL = Stream.of(SqlRules.ALL, RedisRules.ALL, ClassRules.ALL)
            .flatMap(List::stream)
            .toList();

    private static final Map<By, Map<String, FailureRule>> BY_NAME = ALL.stream()
            .collect(Collectors.groupingBy(
                    FailureRule::by,
                    () -> new EnumMap<>(By.class),
                    Collectors.toMap(FailureRule::name, Function.identity())));

    private FailureRules() {}

    /** The first link that says something decides; a general class only if no other link does. */
    static Optional<FailureRule> find(List<Throwable> chain) {
        return chain.stream()
                .map(FailureRules::ofLink)
                .flatMap(Optional::stream)
                .findFirst()
                .or(() -> chain.stream()
                        .map(failure -> byClass(failure, By.GENERAL_CLASS))
                        .flatMap(Optional::stream)
                        .findFirst());
    }

    private static Optional<FailureRule> ofLink(Throwable failure) {
        return byState(failure).or(() -> byRedisError(failure)).or(() -> byClass(failure, By.CLASS));
    }

    private static Optional<FailureRule> byState(Throwable failure) {
        String state = failure instanceof SQLException sql ? sql.getSQLState() : null;
        if (state == null || state.length() < STATE_CLASS) {
            return Optional.empty();
        }
        return rule(By.SQL_STATE, state).or(() -> rule(By.SQL_STATE, state.substring(0, STATE_CLASS)));
    }

    private static Optional<FailureRule> byRedisError(Throwable failure) {
        String message = failure.getMessage();
        if (message == null || !isA(failure, REDIS)) {
            return Optional.empty();
        }
        return RedisRules.ALL.stream()
                .filter(rule -> (message + " ").startsWith(rule.name() + " "))
                .findFirst();
    }

    private static Optional<FailureRule> byClass(Throwable failure, By by) {
        for (Class<?> type = failure.getClass(); type != null; type = type.getSuperclass()) {
            Optional<FailureRule> rule = rule(by, type.getName());
            if (rule.isPresent()) {
                return rule;
            }
        }
        return Optional.empty();
    }

    private static boolean isA(Throwable failure, String name) {
        for (@Nullable Class<?> type = failure.getClass(); type != null; type = type.getSuperclass()) {
            if (type.getName().equals(name)) {
                return true;
            }
        }
        return false;
    }

    private static Optional<FailureRule> rule(By by, String name) {
        return Optional.ofNullable(BY_NAME.getOrDefault(by, Map.of()).get(name));
    }
}
