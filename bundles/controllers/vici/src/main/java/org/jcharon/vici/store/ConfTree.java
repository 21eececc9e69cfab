// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jcharon.api.credential.Certificate;
import org.jcharon.api.credential.CredentialDecoder;
import org.jcharon.api.credential.CredentialManager;
import org.jcharon.api.credential.DecodedCredential;
import org.jcharon.api.credential.DecodingException;
import org.jcharon.api.settings.ConfException;
import org.jcharon.api.settings.ConfSection;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.jcharon.lib.connections.CredentialResolver;
import org.jcharon.vici.message.Element;
import org.jcharon.vici.message.Items;
import org.jcharon.vici.message.Section;
import org.jcharon.vici.message.Value;

/**
 * A message as a section tree, as if it stood in a file. Certificates and public keys, which messages carry as octets, become handles that this
 * resolves. Used by one thread, for one message.
 */
public final class ConfTree implements CredentialResolver {

    /** Where everything stands. */
    private static final ConfSection.Place PLACE = new ConfSection.Place("vici", 1);

    private static final Set<String> CERTIFICATES = Set.of("certs", "cacerts", "cacert", "pubkeys");
    private static final String HANDLE = "#";
    private static final int MAX_FILE = 1 << 20;

    private final CredentialManager credentials;
    private final List<Value> carried = new ArrayList<>();

    /** Certificates are read with the decoders of {@code credentials}. */
    public ConfTree(CredentialManager credentials) {
        this.credentials = credentials;
    }

    /** Whether a section or one below it names a file, which may take a while to read. */
    public static boolean namesFiles(Section section) {
        return section.elements().containsKey("file")
                || section.sections().values().stream().anyMatch(ConfTree::namesFiles);
    }

    /** The tree. */
    public ConfSection of(Section section) throws ConfException {
        Map<String, ConfSection.Value> values = new LinkedHashMap<>();
        Map<String, ConfSection> sections = new LinkedHashMap<>();
        for (Map.Entry<String, Element> entry : section.elements().entrySet()) {
            Element element = entry.getValue();
            if (element instanceof Section inner) {
                sections.put(entry.getKey(), of(inner));
            } else if (element instanceof Items items) {
                values.put(entry.getKey(), ConfSection.Value.list(texts(entry.getKey(), items.values()), PLACE));
            } else if (element instanceof Value value) {
                values.put(entry.getKey(), new ConfSection.Value(text(entry.getKey(), value), PLACE));
            }
        }
        return new ConfSection(PLACE, values, sections);
    }

    private List<String> texts(String key, List<Value> values) throws ConfException {
        List<String> texts = new ArrayList<>();
        for (Value value : values) {
            texts.add(text(key, value));
        }
        return texts;
    }

    private String text(String key, Value value) throws ConfException {
        if (CERTIFICATES.contains(key)) {
            carried.add(value);
            return HANDLE + (carried.size() - 1);
        }
        String text = value.text();
        if (text.indexOf('\0') >= 0 || text.indexOf('\uFFFD') >= 0) {
            throw new ConfException(PLACE, key + ": is no text");
        }
        if (key.equals("file") && !text.startsWith("/")) { // neither is it one of our handles
            throw new ConfException(PLACE, "file: '" + text + "' is not an absolute path");
        }
        return text;
    }

    @Override
    public List<Certificate> certificates(Kind kind, String file, ConfSection.Place place) throws ConfException {
        byte[] octets = file.startsWith(HANDLE)
                ? carried.get(Integer.parseInt(file.substring(HANDLE.length()))).octets()
                : read(file, place);
        try {
            return certificates(credentials, octets);
        } catch (DecodingException e) {
            throw new ConfException(place, (kind == Kind.X509CA ? "cacerts" : "certs") + ": " + e.getMessage(), e);
        }
    }

    private static byte[] read(String file, ConfSection.Place place) throws ConfException {
        try {
            Path path = Path.of(file);
            if (!Files.isRegularFile(path) || Files.size(path) > MAX_FILE) {
                throw new ConfException(place, "file: '" + file + "' is no file of at most " + MAX_FILE + " octets");
            }
            return Files.readAllBytes(path);
        } catch (IOException | InvalidPathException e) {
            throw new ConfException(place, "file: '" + file + "' cannot be read: " + e.getMessage(), e);
        }
    }

    /** The certificates in some octets, at least one. */
    static List<Certificate> certificates(CredentialManager credentials, byte[] octets) throws DecodingException {
        List<Certificate> all = new ArrayList<>();
        for (DecodedCredential found : credentials.decode(CredentialDecoder.Kind.CERTIFICATE, octets, null)) {
            if (found.certificate() != null) {
                all.add(found.certificate());
            } else if (found.privateKey() != null) {
                found.privateKey().close();
            }
        }
        if (all.isEmpty()) {
            throw new DecodingException("no certificate in it");
        }
        return all;
    }

    @Override
    public List<Chunk> publicKeys(String file, ConfSection.Place place) throws ConfException {
        try {
            return publicKeys(
                    credentials,
                    carried.get(Integer.parseInt(file.substring(HANDLE.length())))
                            .octets());
        } catch (DecodingException e) {
            throw new ConfException(place, "pubkeys: " + e.getMessage(), e);
        }
    }

    /** The raw public keys in some octets, at least one, as SubjectPublicKeyInfo in DER. */
    static List<Chunk> publicKeys(CredentialManager credentials, byte[] octets) throws DecodingException {
        List<Chunk> all = credentials.decode(CredentialDecoder.Kind.PUBLIC_KEY, octets, null).stream()
                .map(DecodedCredential::publicKey)
                .filter(Objects::nonNull)
                .toList();
        if (all.isEmpty()) {
            throw new DecodingException("no public key in it");
        }
        return all;
    }

    @Override
    public void privateKey(Kind kind, String file, Secret password, ConfSection.Place place) throws ConfException {
        throw new ConfException(place, "file: keys of files do not belong here");
    }
}
