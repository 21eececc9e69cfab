// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.testkit;

import java.util.Random;
import org.jcharon.api.crypto.RandomSource;
import org.jcharon.api.wire.Chunk;

/** Hands out given octets first, then pseudorandom ones from a seed: the same in each run. Any thread. */
public final class ScriptedRandom implements RandomSource {

    private final byte[] script;
    private final Random rest;
    private int at;

    /** Nothing but pseudorandom octets. */
    public ScriptedRandom(long seed) {
        this(Chunk.EMPTY, seed);
    }

    /** {@code script} first, then pseudorandom octets. */
    public ScriptedRandom(Chunk script, long seed) {
        this.script = script.toArray();
        this.rest = new Random(seed);
    }

    @Override
    public synchronized void fill(byte[] target) {
        int scripted = Math.min(target.length, script.length - at);
        byte[] more = new byte[target.length - scripted];
        rest.nextBytes(more);
        System.arraycopy(script, at, target, 0, scripted);
        System.arraycopy(more, 0, target, scripted, more.length);
        at += scripted;
    }

    /** Whether the whole script was handed out. */
    public synchronized boolean isUsedUp() {
        return at == script.length;
    }
}
