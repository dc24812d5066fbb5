package dev.cdcpipeline.examples.hermet;

import java.time.Duration;

/**
 * What can be set by system properties {@code hermet.*}.
 *
 * @param traffic how long there is traffic; {@code hermet.seconds}, default 90
 * @param forever never end; {@code hermet.forever}, default false
 * @param rate transactions per second at most, both shards together; {@code hermet.rate}, default 400
 * @param users users of each shard at the start; {@code hermet.users}, default 5,000
 * @param kills how often the pipeline is killed, in even steps; {@code hermet.kills}, default 1
 */
record HermetSettings(Duration traffic, boolean forever, int rate, int users, int kills) {

    HermetSettings {
        if (traffic.toSeconds() < 5 || rate < 1 || users < 100 || kills < 0) {
            throw new IllegalArgumentException(
                    "hermet.seconds must be 5 or more, hermet.rate 1 or more, hermet.users 100 or more, hermet.kills 0 or more");
        }
    }

    static HermetSettings fromSystemProperties() {
        return new HermetSettings(
                Duration.ofSeconds(Integer.getInteger("hermet.seconds", 90)),
                Boolean.getBoolean("hermet.forever"),
                Integer.getInteger("hermet.rate", 400),
                Integer.getInteger("hermet.users", 5000),
                Integer.getInteger("hermet.kills", 1));
    }

    /** Longer than everything together should ever take. */
    Duration limit() {
        return traffic.plus(Duration.ofMinutes(6));
    }
}
