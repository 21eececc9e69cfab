// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.crypto;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jcharon.api.wire.Chunk;

/**
 * One proposal of an SA payload (RFC 7296 section 3.3.1).
 *
 * @param number proposal number, 1 to 255
 * @param protocol IKE, AH or ESP
 * @param spi sender's SPI: 0, 4 or 8 octets by protocol and exchange
 * @param transforms in the sender's order of preference; unmodifiable
 */
public record Proposal(int number, ProtocolId protocol, Chunk spi, List<TransformId> transforms) {

    /** Copies the list; throws {@link IllegalArgumentException} for a number outside 0 to 255 or an SPI over 255 octets. */
    public Proposal {
        if (number < 0 || number > 255 || spi.length() > 255) {
            throw new IllegalArgumentException("proposal " + number + " with an SPI of " + spi.length() + " octets");
        }
        transforms = List.copyOf(transforms);
    }

    /** A proposal of a configuration, with number 1 and no SPI. */
    public Proposal(ProtocolId protocol, List<TransformId> transforms) {
        this(1, protocol, Chunk.EMPTY, transforms);
    }

    /** The transforms of one type, in order. */
    public List<TransformId> all(TransformType type) {
        return transforms.stream().filter(t -> t.type().equals(type)).toList();
    }

    /** The first transform of a type. */
    public Optional<TransformId> first(TransformType type) {
        return transforms.stream().filter(t -> t.type().equals(type)).findFirst();
    }

    /** Whether it has any transform of a type. */
    public boolean has(TransformType type) {
        return first(type).isPresent();
    }

    /** The same with another SPI. */
    public Proposal withSpi(Chunk newSpi) {
        return new Proposal(number, protocol, newSpi, transforms);
    }

    /** The same with another number. */
    public Proposal withNumber(int newNumber) {
        return new Proposal(newNumber, protocol, spi, transforms);
    }

    /** The same without the transforms of one type. */
    public Proposal without(TransformType type) {
        return new Proposal(
                number,
                protocol,
                spi,
                transforms.stream().filter(t -> !t.type().equals(type)).toList());
    }

    /** strongSwan's form, such as {@code IKE:AES_CBC_256/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/CURVE_25519}. */
    @Override
    public String toString() {
        return transforms.stream()
                .sorted(java.util.Comparator.comparingInt(Proposal::order))
                .map(TransformId::toString)
                .collect(Collectors.joining("/", protocol + ":", ""));
    }

    /** strongSwan prints integrity before the PRF. */
    private static int order(TransformId transform) {
        return switch (transform.type().value()) {
            case 2 -> 3;
            case 3 -> 2;
            case 5 -> 20;
            default -> transform.type().value();
        };
    }
}
