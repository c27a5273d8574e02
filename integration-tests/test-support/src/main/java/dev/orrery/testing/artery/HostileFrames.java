package dev.orrery.testing.artery;

import static dev.orrery.testing.artery.Frames.SELECTION;
import static dev.orrery.testing.artery.Frames.concat;
import static dev.orrery.testing.artery.Frames.field;
import static dev.orrery.testing.artery.Frames.selection;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Frames that a peer without a token sends to reach other serializers of Pekko than the one of a
 * port.
 *
 * @param port that is attacked
 * @param system its address, such as {@code akka://orrery@127.0.0.1:10086}
 * @param actor the path that peers may address
 * @param serializer the id of the port's messages
 */
public record HostileFrames(int port, String system, String actor, int serializer) {
  private static final int MISC = 16;
  private static final int STRING = 20;
  private static final long UID = 0x1122334455667788L;

  /** The manifests of Pekko's serializers, names of classes, and others. */
  private static final List<String> MANIFESTS =
      List.of(
          "CF",
          "A",
          "B",
          "C",
          "D",
          "E",
          "F",
          "G",
          "H",
          "I",
          "J",
          "K",
          "L",
          "M",
          "N",
          "O",
          "P",
          "Q",
          "a",
          "b",
          "c",
          "d",
          "e",
          "f",
          "g",
          "h",
          "j",
          "k",
          "RWHB",
          "RWHR",
          "UA",
          "SF",
          "SS",
          "DWC",
          "ROFC",
          "java.rmi.server.UnicastRemoteObject",
          "javax.swing.JFrame",
          "com.sun.rowset.JdbcRowSetImpl",
          "org.apache.pekko.actor.LocalScope$",
          "com.typesafe.config.impl.Parseable");

  /** Each attack by its name: dials, reads of a file, endless reads, and deep nesting. */
  public Map<String, byte[]> attacks(URI listener, Path secret) {
    Map<String, byte[]> all = new LinkedHashMap<>();
    all.put("dial", config("include url(\"" + listener + "/latest/meta-data\")"));
    all.put("hang", config("include url(\"" + listener + "/slow\")"));
    all.put("file", config("include url(\"" + secret.toUri() + "\")"));
    all.put("endless", config("include url(\"file:///dev/zero\")"));
    all.put("deep", config("a=" + "[".repeat(5_000)));
    byte[] nested = {};
    for (int depth = 0; depth < 3_000; depth++) {
      nested = concat(field(1, nested), field(2, depth == 0 ? STRING : SELECTION));
    }
    all.put("nested", message(SELECTION, "/", "", selection(actor, SELECTION, nested)));
    all.put("class", message(serializer, actor, "com.sun.rowset.JdbcRowSetImpl", new byte[] {'x'}));
    return all;
  }

  private byte[] config(String text) {
    return message(
        SELECTION, "/", "", selection(actor, MISC, "CF", text.getBytes(StandardCharsets.UTF_8)));
  }

  private byte[] message(int id, String recipient, String manifest, byte[] bytes) {
    return Frames.frame(UID, id, "", system + recipient, manifest, bytes);
  }

  /** Sends one frame over a connection of its own, with or without a handshake. */
  public void send(byte[] frame, boolean isShaken) {
    // One address has too few ports for all frames.
    int machine = 1 + ThreadLocalRandom.current().nextInt(200);
    try (RawPeer peer = new RawPeer("127.0.1." + machine, port)) {
      peer.send(Frames.start(Frames.ORDINARY));
      byte[] handshake = Frames.handshake(UID, "akka://x@127.0.0.1:2", system);
      peer.send(isShaken ? concat(handshake, frame) : frame);
    }
  }

  /**
   * Sends frames of all serializers and manifests, alone, in selections, and in selections in
   * selections.
   */
  public void sendMany(int count, Random random) {
    for (int i = 0; i < count; i++) {
      String manifest = random.nextInt(4) == 0 ? "" : MANIFESTS.get(random.nextInt(40));
      byte[] bytes = new byte[random.nextInt(64)];
      random.nextBytes(bytes);
      send(
          random.nextInt(3) == 0
              ? message(id(random), random.nextBoolean() ? "/" : actor, manifest, bytes)
              : message(SELECTION, "/", "", inSelections(random, manifest, bytes)),
          random.nextBoolean());
    }
  }

  private byte[] inSelections(Random random, String manifest, byte[] bytes) {
    byte[] inner = selection(actor, id(random), manifest, bytes);
    if (manifest.isEmpty()) {
      inner = selection(actor, id(random), bytes);
    }
    for (int depth = random.nextInt(4); depth > 0; depth--) {
      inner = selection(actor, SELECTION, inner);
    }
    return inner;
  }

  private int id(Random random) {
    List<Integer> inUse = new ArrayList<>(List.of(6, 17, 277_777, 770_086, serializer));
    return random.nextInt(4) == 0
        ? inUse.get(random.nextInt(inUse.size()))
        : random.nextInt(201) - 100;
  }

  /** Returns the names that stand in the frames. */
  public static List<String> names() {
    return MANIFESTS.stream().filter(name -> name.contains(".")).toList();
  }
}
