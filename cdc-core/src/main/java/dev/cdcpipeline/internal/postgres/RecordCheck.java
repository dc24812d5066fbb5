package dev.cdcpipeline.internal.postgres;

import dev.cdcpipeline.change.RecordColumn;
import dev.cdcpipeline.change.SourceTable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks that a record fits the real table, and says everything that does not. */
final class RecordCheck {

    private RecordCheck() {}

    /** One sentence for each component that does not fit; empty if all do. */
    static List<String> problems(SourceTable<?> table, SourceTableInfo info) {
        List<String> problems = new ArrayList<>();
        for (RecordColumn column : table.columns()) {
            String problem = problem(column, info.columns().get(column.column()));
            if (problem != null) {
                problems.add(table.name() + "." + column.column() + ": component '" + column.component() + "' ("
                        + column.type().getTypeName() + ") of " + table.type().getName() + " " + problem);
            }
        }
        return problems;
    }

    private static @Nullable String problem(RecordColumn component, @Nullable SourceColumn column) {
        if (column == null) {
            return "has no column; rename the component or add @Column";
        }
        if (column.generated()) {
            return "is a generated column, which PostgreSQL does not stream; leave the component out";
        }
        Class<?> valueClass = SqlTypes.javaClass(column);
        if (valueClass == null) {
            return "is of SQL type " + column.sqlType() + ", which is not carried; leave the component out";
        }
        if (!component.accepts(valueClass, column.isArray())) {
            String fits = column.isArray() ? "List<" + valueClass.getSimpleName() + ">" : valueClass.getSimpleName();
            return "cannot take SQL type " + column.sqlType() + "; use " + fits;
        }
        if (component.isPrimitive() && column.nullable()) {
            return "cannot be null, but the column of SQL type " + column.sqlType()
                    + " can; use the wrapper class or SET NOT NULL";
        }
        return null;
    }
}
