package dev.cdcpipeline.examples.hermet;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.sql.DataSource;

/** The end of the demo: what people did, and whether the views show it. */
record Summary(Map<String, Long> actions, List<ViewCheck.Result> views) {

    static Summary of(Databases databases, ChatTraffic traffic) throws SQLException {
        SourceCopy.createTables(databases, Databases.CHECK);
        SourceCopy.copy(databases, Databases.CHECK);
        DataSource sources = databases.server(Databases.CHECK).dataSource(Databases.CHECK);
        DataSource readModel = databases.server(Databases.READ_MODEL).dataSource(Databases.READ_MODEL);
        List<ViewCheck.Result> views = new ArrayList<>();
        for (View view : View.values()) {
            views.add(ViewCheck.compare(view, sources, readModel));
        }
        return new Summary(traffic.committedByAction(), views);
    }

    /** Prints it, the number of differences last; returns the exit code. */
    int print(Progress progress) {
        progress.say("transactions by what people did:");
        actions.forEach((name, count) -> print("  %,10d  %s", count, name));
        progress.say("each view and its defining query over the sources, row by row:");
        print("  %-24s %14s %14s %14s", "view", "rows in view", "in sources", "differences");
        long differences = 0;
        for (ViewCheck.Result view : views) {
            print("  %-24s %,14d %,14d %,14d", view.view().table(), view.actual(), view.expected(), view.differences());
            differences += view.differences();
        }
        views.forEach(view -> view.examples().forEach(System.out::println));
        print("%d differences", differences);
        return differences == 0 ? 0 : 1;
    }

    private static void print(String format, Object... arguments) {
        System.out.printf(Locale.ROOT, format + "%n", arguments);
    }
}
