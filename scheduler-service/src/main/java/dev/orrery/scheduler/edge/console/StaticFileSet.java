package dev.orrery.scheduler.edge.console;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files of the console by their path below {@code /console/}. A path is looked up as sent and
 * never decoded or resolved, so no path can reach any other file.
 *
 * <p>A path outside the folders of the files names a page and gets {@code index.html}, which reads
 * the address. Its {@code <base>} leads back to {@code /console/} by {@code ../} only, so that it
 * works below any prefix that a proxy strips.
 *
 * <p>The index refers to all files below {@code files/HASH/}, where the hash covers all of them. So
 * browsers keep the files, and a reload requests only the index. While replicas are upgraded one by
 * one, a request with the hash of another release returns the file of this release, which browsers
 * do not keep.
 */
final class StaticFileSet {
  static final String INDEX = "index.html";

  /** More than the depth of any page; each depth has its own copy of the index. */
  private static final int MAX_DEPTH = 12;

  /**
   * The tag of {@code index.html} behind which the base is inserted, before the first relative
   * address.
   */
  private static final String HEAD = "<head>";

  private static final String RELEASES = "files/";

  /** An address of the index that may be that of a file. */
  private static final Pattern ADDRESS = Pattern.compile("(?<= (?:href|src)=\")[^\"]+(?=\")");

  private final Map<String, StaticFile> files = new HashMap<>();
  private final Set<String> folders = new HashSet<>();
  private final List<StaticFile> pages = new ArrayList<>();

  /**
   * @param content bytes by path; without {@code index.html} there are no pages
   */
  StaticFileSet(Map<String, byte[]> content) {
    content.forEach(
        (path, bytes) -> {
          if (path.indexOf('/') > 0) {
            folders.add(firstSegment(path));
          }
          if (!path.equals(INDEX)) {
            files.put(path, StaticFile.of(path, bytes));
          }
        });
    byte[] index = content.get(INDEX);
    if (index != null) {
      String release = RELEASES + ContentHash.of(new TreeMap<>(content)) + '/';
      Map.copyOf(files).forEach((path, file) -> files.put(release + path, file.kept()));
      folders.add(firstSegment(RELEASES));
      index = withRelease(index, release);
      for (int depth = 0; depth <= MAX_DEPTH; depth++) {
        pages.add(StaticFile.of(INDEX, withBase(index, depth)));
      }
    }
  }

  /**
   * @param path below {@code /console/}, as it was sent
   */
  Optional<StaticFile> find(String path) {
    if (path.equals(INDEX)) {
      return pages.stream().findFirst();
    }
    StaticFile file = files.get(path);
    if (file == null && path.startsWith(RELEASES)) {
      file = files.get(path.substring(path.indexOf('/', RELEASES.length()) + 1));
    }
    if (file != null) {
      return Optional.of(file);
    }
    int depth = (int) path.chars().filter(character -> character == '/').count();
    return depth >= pages.size() || folders.contains(firstSegment(path))
        ? Optional.empty()
        : Optional.of(pages.get(depth));
  }

  private byte[] withRelease(byte[] index, String release) {
    return ADDRESS
        .matcher(new String(index, StandardCharsets.UTF_8))
        .replaceAll(
            address ->
                files.containsKey(release + address.group())
                    ? release + address.group()
                    : Matcher.quoteReplacement(address.group()))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] withBase(byte[] index, int depth) {
    String page = new String(index, StandardCharsets.UTF_8);
    int head = page.indexOf(HEAD);
    if (head < 0) {
      throw new IllegalStateException("The index.html of the console has no " + HEAD);
    }
    String base = depth == 0 ? "./" : "../".repeat(depth);
    return new StringBuilder(page)
        .insert(head + HEAD.length(), "<base href=\"" + base + "\">")
        .toString()
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String firstSegment(String path) {
    int slash = path.indexOf('/');
    return slash < 0 ? path : path.substring(0, slash);
  }
}
