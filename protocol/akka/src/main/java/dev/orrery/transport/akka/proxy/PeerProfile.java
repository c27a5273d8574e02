package dev.orrery.transport.akka.proxy;

import java.util.List;
import java.util.Set;

/**
 * The messages that peers may send to an actor system. The proxy refuses all others.
 *
 * @param actor path of the actor that peers may address
 * @param answers prefix of the paths of actors that wait for an answer; null if there are none
 * @param senders prefixes of the paths of the peers' actors; null if peers send from {@code actor}
 * @param serializer the id of the messages' serializer
 * @param skippedManifests Artery's own messages that peers send, and that the system never gets
 * @param isSigned whether the proxy replaces the sender of each message that awaits no answer by an
 *     address with {@link #SIGNATURE}, from which the actor knows the machine
 * @param isOfOwnMachine whether the sender's address must be that of its connection, for messages
 *     that expect a reply
 */
public record PeerProfile(
    String actor,
    String answers,
    List<String> senders,
    int serializer,
    Set<String> skippedManifests,
    boolean isSigned,
    boolean isOfOwnMachine) {
  /** The element of a path before the address of the machine. */
  public static final String SIGNATURE = "machine";

  /**
   * The control messages of Artery that peers send: quarantined, terminating, its acknowledgement,
   * handshake request and response.
   */
  public static final Set<String> CONTROL_MANIFESTS = Set.of("a", "b", "c", "d", "e");

  /** The paths of actors that ask. */
  private static final String ASKING = "/temp/";

  /** Orrery's own protocol, the same on both sides. */
  public static final PeerProfile ORRERY =
      new PeerProfile("/user/orrery", null, null, 770_086, Set.of(), false, false);

  /**
   * PowerJob's workers. Most of their messages name no sender. Their Akka advertises the tables of
   * its compression each minute (f, h), which it does without if nobody acknowledges them.
   */
  public static final PeerProfile POWERJOB =
      new PeerProfile(
          "/user/server_actor",
          "/user/ask-",
          List.of(ASKING, "/user/", "/deadLetters"),
          277_777,
          Set.of("f", "h"),
          true,
          true);

  public PeerProfile {
    senders = senders == null ? null : List.copyOf(senders);
    skippedManifests = Set.copyOf(skippedManifests);
  }

  /** Returns the profile for peers that may, or may not, name the address of another machine. */
  public PeerProfile ofOwnMachine(boolean isRequired) {
    return new PeerProfile(
        actor, answers, senders, serializer, skippedManifests, isSigned, isRequired);
  }

  /** Returns true if peers may address the path directly, without a selection. */
  boolean isRecipient(String path) {
    return isActor(path, actor) || (answers != null && path.startsWith(answers));
  }

  boolean isSender(String path) {
    return senders == null
        ? path.equals("/") || isActor(path, actor)
        : senders.stream().anyMatch(path::startsWith);
  }

  boolean isAsking(String path) {
    return path.startsWith(ASKING);
  }

  /** Matches the path of an actor with or without its uid. */
  static boolean isActor(String path, String actor) {
    return path.startsWith(actor)
        && (path.length() == actor.length() || path.charAt(actor.length()) == '#');
  }
}
