package dev.cdcpipeline.internal.postgres;

import dev.cdcpipeline.change.RecordColumn;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.change.ValueType;
import dev.cdcpipeline.internal.shape.TextCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
        if (!column.streamed()) {
            return column.virtual()
                    ? "is a generated column that is computed when it is read, which PostgreSQL does not stream; leave the"
                            + " component out"
                    : "is a generated column, which is carried from PostgreSQL 18 on and with FirstLoad.NONE only;"
                            + " leave the component out";
        }
        ValueType values = TextCodec.of(column.type()).valueType();
        try {
            if (!component.accepts(values)) {
                return "cannot take SQL type " + column.sqlType() + "; use " + remedy(values);
            }
        } catch (IllegalStateException e) {
            return "cannot take SQL type " + column.sqlType() + ": " + e.getMessage();
        }
        if (component.isPrimitive() && column.nullable()) {
            return "cannot be null, but the column of SQL type " + column.sqlType()
                    + " can; use the wrapper class or SET NOT NULL";
        }
        return null;
    }

    /** A String takes everything. */
    private static String remedy(ValueType values) {
        String type = javaType(values);
        return type.equals("String") ? type : type + " or String";
    }

    private static String javaType(ValueType values) {
        ValueType element = values.element();
        if (element != null) {
            return "List<" + javaType(element) + ">";
        }
        if (values.valueClass() == Row.class) {
            return "a record of its fields " + values.fields().keySet();
        }
        return values.valueClass() == Map.class
                ? "Map<String, String>"
                : values.valueClass().getSimpleName();
    }
}
