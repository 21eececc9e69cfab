// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.credential;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jcharon.api.credential.CredentialDecoder;
import org.jcharon.api.credential.CredentialDecoder.Kind;
import org.jcharon.api.credential.CredentialDecoder.Result;
import org.jcharon.api.credential.CredentialDecoder.Unwrapped;
import org.jcharon.api.credential.DecodedCredential;
import org.jcharon.api.credential.DecodingException;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.jcharon.core.plugin.Whiteboard;

/** Asks decoder after decoder and follows what one unwraps for another. Any thread. */
final class Decoding {

    /** A container in a container in a container. */
    private static final int MAX_DEPTH = 4;

    private static final int MAX_PARTS = 1024;

    private final Whiteboard<CredentialDecoder> decoders = new Whiteboard<>("credential decoder");

    Whiteboard<CredentialDecoder> decoders() {
        return decoders;
    }

    private record Part(Kind kind, Chunk octets, int depth) {}

    /** So that a decoder's own exception passes through the guard. */
    private record Answer(Optional<Result> result, DecodingException refusal) {}

    List<DecodedCredential> decode(Kind kind, byte[] octets, Secret password) throws DecodingException {
        List<DecodedCredential> found = new ArrayList<>();
        Deque<Part> parts = new ArrayDeque<>();
        boolean complete = false;
        int count = 0;
        try {
            Result outer = ask(kind, octets, password);
            found.addAll(outer.found());
            queue(outer, 1, parts);
            while (!parts.isEmpty()) {
                Part part = parts.poll();
                if (++count > MAX_PARTS || part.depth() > MAX_DEPTH) {
                    throw new DecodingException(
                            "over " + MAX_PARTS + " parts or " + MAX_DEPTH + " containers in each other");
                }
                Result inner = ask(part.kind(), part.octets().toArray(), password);
                found.addAll(inner.found());
                queue(inner, part.depth() + 1, parts);
            }
            complete = true;
            return List.copyOf(found);
        } finally {
            if (!complete) {
                wipe(found);
            }
        }
    }

    private static void queue(Result result, int depth, Deque<Part> parts) {
        for (Unwrapped unwrapped : result.unwrapped()) {
            parts.add(new Part(unwrapped.kind(), unwrapped.octets(), depth));
        }
    }

    private Result ask(Kind kind, byte[] octets, Secret password) throws DecodingException {
        Optional<Answer> answer = decoders.first(properties -> true, decoder -> {
            try {
                return decoder.decode(kind, octets, password).map(result -> new Answer(Optional.of(result), null));
            } catch (DecodingException e) {
                return Optional.of(new Answer(Optional.empty(), e));
            }
        });
        if (answer.isEmpty()) {
            // backends wait for a decoder to arrive when they see this text
            throw new DecodingException("no decoder for this format (" + kind + " of " + octets.length + " octets)");
        }
        if (answer.get().refusal() != null) {
            throw answer.get().refusal();
        }
        return answer.get().result().orElseThrow();
    }

    private static void wipe(List<DecodedCredential> found) {
        for (DecodedCredential credential : found) {
            if (credential.privateKey() != null) {
                credential.privateKey().close();
            }
        }
    }
}
