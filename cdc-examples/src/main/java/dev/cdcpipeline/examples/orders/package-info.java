/** A cache of orders in Redis, with an HTTP endpoint that shows what it does, on servers that it starts itself. */
@NullMarked
package dev.cdcpipeline.examples.orders;

import org.jspecify.annotations.NullMarked;
