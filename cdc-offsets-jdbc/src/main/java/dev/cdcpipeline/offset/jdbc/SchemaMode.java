package dev.cdcpipeline.offset.jdbc;

/** What to do about tables that cdc-pipeline keeps for itself. */
public enum SchemaMode {
    /** The default. Missing tables are made; several processes may start at once. Existing ones are never altered. */
    CREATE,
    /** Nothing is made. A missing table or column is an error that says where its DDL is. */
    VALIDATE
}
