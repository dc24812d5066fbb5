package dev.cdcpipeline.failure;

import org.jspecify.annotations.Nullable;

/**
 * A source table does not have, or no longer has, what a projection reads: a column of its record is missing, or is of a type
 * that the record's component cannot take. At the start it is found before anything runs; while running it follows the failure
 * policy, for the change at which the table's new shape came. The message names table, column, SQL type and Java type.
 */
public class SchemaDrift extends CdcException {
    private static final long serialVersionUID = 1L;

    public SchemaDrift(String message) {
        super(message);
    }

    public SchemaDrift(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
