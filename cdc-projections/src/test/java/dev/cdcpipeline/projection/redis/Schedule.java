package dev.cdcpipeline.projection.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** In which order actors do their steps: every possible one, or random ones. */
final class Schedule {

    /** Does one step after another, each when it is told. */
    interface Actor {
        boolean hasNext();

        void step();
    }

    /** Steps that are known from the beginning. */
    static Actor actor(Runnable... steps) {
        return new Actor() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < steps.length;
            }

            @Override
            public void step() {
                steps[next++].run();
            }
        };
    }

    /** The choices of one run: which of the actors that could go on has gone on, and of how many. */
    private record Choice(int chosen, int of) {}

    private Schedule() {}

    /**
     * Runs actors in every order in which their steps can come.
     *
     * @param run makes new actors for each run, and gets the order for messages when they are done
     * @return the number of runs
     */
    static int everyOrder(Function<Integer, List<Actor>> actors, Consumer<List<Integer>> done) {
        List<Choice> choices = new ArrayList<>();
        int runs = 0;
        boolean more = true;
        while (more) {
            choices = run(actors.apply(runs), choices, null);
            done.accept(choices.stream().map(Choice::chosen).toList());
            runs++;
            more = false;
            for (int i = choices.size() - 1; i >= 0 && !more; i--) {
                Choice last = choices.get(i);
                if (last.chosen + 1 < last.of) {
                    choices = new ArrayList<>(choices.subList(0, i));
                    choices.add(new Choice(last.chosen + 1, last.of));
                    more = true;
                }
            }
        }
        return runs;
    }

    /** The same in one random order. */
    static List<Integer> randomOrder(List<Actor> actors, Random random) {
        return run(actors, List.of(), random).stream().map(Choice::chosen).toList();
    }

    private static List<Choice> run(List<Actor> actors, List<Choice> begin, @Nullable Random random) {
        List<Choice> choices = new ArrayList<>();
        while (true) {
            List<Actor> able = actors.stream().filter(Actor::hasNext).toList();
            if (able.isEmpty()) {
                return choices;
            }
            int at = choices.size();
            int chosen = random != null ? random.nextInt(able.size()) : at < begin.size() ? begin.get(at).chosen : 0;
            choices.add(new Choice(chosen, able.size()));
            able.get(chosen).step();
        }
    }
}
