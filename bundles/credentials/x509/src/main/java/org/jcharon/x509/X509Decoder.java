// SPDX-License-Identifier: Apache-2.0
package org.jcharon.x509;

import java.util.List;
import java.util.Optional;
import org.jcharon.api.credential.CredentialDecoder;
import org.jcharon.api.credential.DecodedCredential;
import org.jcharon.api.credential.DecodingException;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.jcharon.api.wire.WireException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Reads one X.509 certificate in DER. */
@Component
public final class X509Decoder implements CredentialDecoder {

    /** Far above any certificate in use, post-quantum ones included; RFC 7296 payloads end at 64 KiB. */
    static final int MAX_OCTETS = 0xFFFF;

    private final CryptoRegistry crypto;

    /** Public keys are read with whichever providers {@code crypto} has at the time. */
    @Activate
    public X509Decoder(@Reference(name = "crypto") CryptoRegistry crypto) {
        this.crypto = crypto;
    }

    @Override
    public Optional<Result> decode(Kind kind, byte[] octets, Secret password) throws DecodingException {
        if (kind != Kind.CERTIFICATE || octets.length == 0 || octets[0] != 0x30) {
            return Optional.empty();
        }
        if (octets.length > MAX_OCTETS) {
            throw new DecodingException(
                    "certificate of " + octets.length + " octets, at most " + MAX_OCTETS + " are read");
        }
        try {
            DecodedCredential found = DecodedCredential.of(new CertificateReader(crypto).read(Chunk.of(octets)));
            return Optional.of(new Result(List.of(found), List.of()));
        } catch (WireException e) {
            throw new DecodingException("malformed certificate: " + e.getMessage(), e);
        }
    }
}
