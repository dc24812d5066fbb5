/**
 * The demo: a chat application over two PostgreSQL shards, and its read model. What a user would write is in
 * {@link dev.cdcpipeline.examples.hermet.HermetPipelineMain}, {@link dev.cdcpipeline.examples.hermet.ChatTables},
 * {@link dev.cdcpipeline.examples.hermet.ContactView} and {@link dev.cdcpipeline.examples.hermet.ConversationView}; the rest
 * makes the traffic and checks the result.
 */
@NullMarked
package dev.cdcpipeline.examples.hermet;

import org.jspecify.annotations.NullMarked;
