package dev.orrery.scheduler.extras.notification;

import dev.orrery.protocol.text.BoundedText;
import dev.orrery.scheduler.model.job.document.JobDescription;
import dev.orrery.scheduler.model.job.document.JobLink;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A chat message for people, independent of the format of a chat tool.
 *
 * @param title one line, which names the app
 * @param subject the title without times, under which a mail program groups mails
 * @param items the jobs; a single job has no headline, because the title contains it
 * @param end a text with the number of jobs that were left out; empty if none were
 */
record ChatMessage(
    String title,
    String subject,
    List<Item> items,
    Optional<String> end,
    MessageLanguage language) {
  /** The least bound of all tools is that of WeCom's texts, 2,048 bytes. */
  static final int MAX_BYTES = 1900;

  private static final int MAX_ERROR_OF_ONE = 1000;
  private static final int MAX_ERROR_OF_MANY = 120;

  /** Of the job, in a message about it alone. */
  private static final int MAX_DESCRIPTION = 300;

  private static final int MAX_LINKS = 3;

  /** Bytes that a format may put around a text of a job, or into it. */
  private static final int SEPARATORS = 10;

  /**
   * One job.
   *
   * @param headline empty for the only job of a message
   * @param advice which limit was exceeded, and what to do; only of the only job of a message, as
   *     are {@code description} and the links of the job
   * @param links the one to the page of the run or job, and the first of the job's, which fit whole
   */
  record Item(
      Optional<String> headline,
      Optional<String> error,
      Optional<String> advice,
      Optional<String> description,
      List<JobLink> links) {
    /** Returns the item with as much of the description as has room. */
    private Item describedBy(JobDescription job, int room, MessageLanguage language) {
      Optional<String> text =
          Optional.ofNullable(job.text())
              .map(whole -> language.about(shown(whole, MAX_DESCRIPTION)))
              .filter(shown -> bytes(shown) <= room);
      List<JobLink> shown = new ArrayList<>(links);
      int left = room - text.map(Item::bytes).orElse(0);
      for (JobLink one : job.links()) {
        JobLink plain = new JobLink(oneLine(one.title()), one.url());
        left -= bytes(plain);
        if (left < 0 || shown.size() - links.size() == MAX_LINKS) {
          break;
        }
        shown.add(plain);
      }
      return new Item(headline, error, advice, text, List.copyOf(shown));
    }

    private int bytes() {
      return Stream.of(headline, error, advice)
              .flatMap(Optional::stream)
              .mapToInt(Item::bytes)
              .sum()
          + links.stream().mapToInt(link -> bytes(plain(link))).sum();
    }

    /** Returns a link as text; the headline of the job says of what, if there is one. */
    String plain(JobLink link) {
      return headline.isPresent() ? link.url() : ChatBody.literal(link.title()) + ": " + link.url();
    }

    private static int bytes(JobLink link) {
      return bytes(link.title()) + bytes(link.url()) + SEPARATORS;
    }

    private static int bytes(String text) {
      return ChatBody.literal(text).getBytes(StandardCharsets.UTF_8).length + 1;
    }
  }

  /**
   * @param messages of one event and app, at least one
   * @param all how many there are, of which {@code messages} are the first
   * @param now when it is sent
   */
  static ChatMessage of(
      List<WebhookPayload> messages, int all, MessageLanguage language, Instant now) {
    WebhookPayload first = messages.get(0);
    String app = "[" + first.app() + "] ";
    if (all == 1) {
      String title = app + language.headline(first, now);
      Item only =
          new Item(
              Optional.empty(),
              language.error(first).map(error -> shown(error, MAX_ERROR_OF_ONE)),
              language.advice(first),
              Optional.empty(),
              link(first, language, false));
      int room = MAX_BYTES - Item.bytes(title) - only.bytes();
      return new ChatMessage(
          title,
          app + language.subject(first),
          List.of(only.describedBy(first.jobDescription(), room, language)),
          Optional.empty(),
          language);
    }
    String title = app + language.headlineOfAll(first.event(), all);
    List<Item> items = new ArrayList<>();
    int room = MAX_BYTES - Item.bytes(title) - Item.bytes(language.more(all));
    for (WebhookPayload message : messages) {
      Item item =
          new Item(
              Optional.of(language.headline(message, now)),
              language.error(message).map(error -> shown(error, MAX_ERROR_OF_MANY)),
              Optional.empty(),
              Optional.empty(),
              link(message, language, true));
      room -= item.bytes();
      if (room < 0 || items.size() == NotificationLimits.MAX_TOLD) {
        break;
      }
      items.add(item);
    }
    int left = all - items.size();
    return new ChatMessage(
        title,
        title,
        List.copyOf(items),
        left == 0 ? Optional.empty() : Optional.of(language.more(left)),
        language);
  }

  private static List<JobLink> link(
      WebhookPayload message, MessageLanguage language, boolean isOneOfMany) {
    return message.link() == null
        ? List.of()
        : List.of(new JobLink(language.linkLabel(message, isOneOfMany), message.link()));
  }

  /** Returns one line that has at most so many bytes with its addresses made literal. */
  private static String shown(String text, int maxBytes) {
    return BoundedText.truncateUtf8(ChatBody.literal(oneLine(text)), maxBytes)
        .replace(ChatBody.NO_LINK, "");
  }

  /** Control characters would break lines or hide text in a chat. */
  private static String oneLine(String error) {
    return error.replaceAll("[\\p{Cntrl}\\p{Cf}]+", " ").strip();
  }
}
