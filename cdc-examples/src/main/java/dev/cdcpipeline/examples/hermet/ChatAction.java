package dev.cdcpipeline.examples.hermet;

import org.jdbi.v3.core.Handle;

/**
 * Something that people do in a chat, in one transaction of one shard.
 *
 * @param name what it is called in the summary
 * @param weight how often it happens, compared with the others
 * @param work what it writes
 */
record ChatAction(String name, int weight, Work work) {

    /** Statements within a transaction that is committed afterwards. */
    @FunctionalInterface
    interface Work {
        void perform(Handle chat, Dice dice);
    }
}
