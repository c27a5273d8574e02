package dev.orrery.scheduler.http.rest;

import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * Compares the ETags of clients with ours, whatever a proxy that compresses has made of them:
 * {@code W/"7-1"} (nginx, Tomcat), {@code "7-1-gzip"} (Apache, Caddy), {@code "7-1--gzip"} (Jetty).
 * Our tag names a version of a document, not its bytes, so another encoding is the same version.
 */
public final class EntityTag {
  /** What proxies put before a tag, and in place of its last quote. */
  private static final Pattern ADDED =
      Pattern.compile("^(W/)?(?=\")|((--?|[;:])(gzip|gz|br|zstd|deflate)){0,2}\"(-gzip)?$");

  private EntityTag() {}

  /** Returns a tag without what proxies add. */
  public static String plain(String tag) {
    return ADDED.matcher(tag).replaceAll(added -> added.start() == 0 ? "" : "\"");
  }

  /**
   * Returns true if a header names a document.
   *
   * @param header a list of tags, or {@code *}
   * @param etag of the document
   */
  public static boolean isIn(String header, String etag) {
    return Arrays.stream(header.split(","))
        .map(String::strip)
        .anyMatch(tag -> tag.equals("*") || plain(tag).equals(etag));
  }
}
