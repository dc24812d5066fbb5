package dev.cdcpipeline.projection.jdbc;

/**
 * A column of the view as the catalog describes it.
 *
 * @param name its name
 * @param type its type for use in SQL, without length or precision, a domain as its base type; the column itself applies the rest
 * @param declared the same as {@code CREATE TABLE} takes it: with length and precision, a domain as itself; with its schema unless
 *     it is PostgreSQL's own, as the source's types are named
 * @param equality whether two values can be compared by {@code =}, and are equal then; of others the texts are
 * @param exact whether equal values surely have the same text: not so for {@code numeric}, where 1.0 equals 1.00
 * @param unnestable whether an array of the type can be unnested to its values; not so for a type that is an array itself, for a
 *     composite type, which would fall apart into its fields, and for one whose arrays are not written with commas
 * @param needsValue whether a row cannot be inserted without a value for it
 * @param generated whether it is computed and cannot be written
 */
record ViewColumn(
        String name,
        String type,
        String declared,
        boolean equality,
        boolean exact,
        boolean unnestable,
        boolean needsValue,
        boolean generated) {

    /** The parameter for an array of values of this column. */
    String parameter() {
        return unnestable ? "?::" + type + "[]" : "?::text[]";
    }

    /** A value of that array, by its name there. */
    String value(String element) {
        return unnestable ? element : element + "::" + type;
    }
}
