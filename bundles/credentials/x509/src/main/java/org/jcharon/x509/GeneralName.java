// SPDX-License-Identifier: Apache-2.0
package org.jcharon.x509;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jcharon.api.credential.Certificate;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.WireException;
import org.jcharon.lib.der.DerReader;

/** A GeneralName (RFC 5280 section 4.2.1.6) as octets. {@code value} is its content; of a directoryName the Name itself. */
record GeneralName(int tag, Chunk value) {

    static final int RFC822 = DerReader.context(1, false);
    static final int DNS = DerReader.context(2, false);
    static final int DIRECTORY = DerReader.context(4, true);
    static final int URI = DerReader.context(6, false);
    static final int ADDRESS = DerReader.context(7, false);

    private static final String SUBJECT_ALT_NAME = "2.5.29.17";
    private static final Chunk EMAIL_ADDRESS = Chunk.ofHex("2a864886f70d010901");

    static GeneralName read(DerReader in, String what) throws WireException {
        int tag = in.peek(what);
        return new GeneralName(tag, in.value(tag, what));
    }

    /** Names of a certificate that constraints apply to: subject, subjectAltNames, e-mail addresses in the subject. */
    static List<GeneralName> of(Certificate certificate) throws WireException {
        List<GeneralName> names = new ArrayList<>();
        Optional<DerReader> extension = extension(certificate, SUBJECT_ALT_NAME);
        if (extension.isPresent()) {
            DerReader alternatives = extension.get().enter(DerReader.SEQUENCE, "subjectAltName");
            while (!alternatives.isEmpty()) {
                names.add(read(alternatives, "subjectAltName"));
            }
        }
        // RFC 5280 section 4.2.1.10: e-mail addresses of the subject count if there is no subjectAltName with one
        boolean mail = names.stream().anyMatch(name -> name.tag == RFC822);
        Chunk subject = certificate.subject().encoding();
        DerReader sets = new DerReader(subject).enter(DerReader.SEQUENCE, "subject");
        if (!sets.isEmpty()) {
            names.add(new GeneralName(DIRECTORY, subject));
        }
        while (!mail && !sets.isEmpty()) {
            DerReader set = sets.enter(DerReader.SET, "subject");
            while (!set.isEmpty()) {
                DerReader attribute = set.enter(DerReader.SEQUENCE, "subject");
                if (attribute.value(DerReader.OID, "subject").equals(EMAIL_ADDRESS)) {
                    names.add(new GeneralName(RFC822, attribute.value(attribute.peek("subject"), "subject")));
                }
            }
        }
        return names;
    }

    /** Content of an extension of a certificate that was read before. */
    static Optional<DerReader> extension(Certificate certificate, String oid) throws WireException {
        DerReader tbs = new DerReader(certificate.tbs()).enter(DerReader.SEQUENCE, "tbsCertificate");
        while (!tbs.isEmpty() && !tbs.nextIs(DerReader.context(3, true))) {
            tbs.skip("tbsCertificate");
        }
        if (tbs.isEmpty()) {
            return Optional.empty();
        }
        DerReader extensions =
                tbs.enter(DerReader.context(3, true), "extensions").enter(DerReader.SEQUENCE, "extensions");
        while (!extensions.isEmpty()) {
            DerReader extension = extensions.enter(DerReader.SEQUENCE, "extension");
            boolean wanted = extension.oid("extension").equals(oid);
            if (extension.nextIs(DerReader.BOOLEAN)) {
                extension.skip("critical");
            }
            if (wanted) {
                return Optional.of(new DerReader(extension.value(DerReader.OCTET_STRING, "extension")));
            }
        }
        return Optional.empty();
    }
}
