package dev.cdcpipeline.change;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names the column of a record component, or of a constructor's parameter in a class that is no record. Without it the column is
 * the name of the component or parameter in snake case: {@code updatedAt} is {@code updated_at}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.PARAMETER})
public @interface Column {
    /** The column's name as PostgreSQL stores it. */
    String value();
}
