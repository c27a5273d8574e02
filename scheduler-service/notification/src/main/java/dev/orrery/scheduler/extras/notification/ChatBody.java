package dev.orrery.scheduler.extras.notification;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.protocol.text.BoundedText;
import dev.orrery.scheduler.extras.notification.ChatMessage.Item;

/**
 * Renders a message in the format of each chat tool. Each format uses a part of the API that shows
 * texts literally, so that an error message can neither mention people nor create links. Only
 * Discord has no such part, so its texts are escaped.
 */
final class ChatBody {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String TEXT = "text";
  private static final String TYPE = "type";

  /** A blank without width. */
  static final String NO_LINK = "\u200b";

  /** Of Discord, in characters. */
  private static final int MAX_TITLE = 256;

  private ChatBody() {}

  /** Rich text, whose elements are literal. The field {@code text} is for notifications only. */
  static ObjectNode slack(ChatMessage message) {
    ObjectNode body = JSON.objectNode();
    body.put(TEXT, message.title().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"));
    ArrayNode parts =
        body.putArray("blocks").addObject().put(TYPE, "rich_text").putArray("elements");
    slackSection(parts, message.title(), true);
    for (Item item : message.items()) {
      item.headline().ifPresent(headline -> slackSection(parts, headline, true));
      item.error()
          .ifPresent(
              error ->
                  slackText(
                      parts.addObject().put(TYPE, "rich_text_preformatted").putArray("elements"),
                      error));
      item.advice().ifPresent(advice -> slackSection(parts, advice, false));
      item.description().ifPresent(description -> slackSection(parts, description, false));
      item.links().forEach(link -> slackLink(parts, link.url(), link.title()));
    }
    message.end().ifPresent(end -> slackSection(parts, end, false));
    return body;
  }

  private static void slackLink(ArrayNode parts, String url, String text) {
    parts
        .addObject()
        .put(TYPE, "rich_text_section")
        .putArray("elements")
        .addObject()
        .put(TYPE, "link")
        .put("url", url)
        .put(TEXT, text);
  }

  private static void slackSection(ArrayNode parts, String text, boolean bold) {
    ObjectNode element =
        slackText(parts.addObject().put(TYPE, "rich_text_section").putArray("elements"), text);
    if (bold) {
      element.putObject("style").put("bold", true);
    }
  }

  private static ObjectNode slackText(ArrayNode elements, String text) {
    return elements.addObject().put(TYPE, TEXT).put(TEXT, text);
  }

  /** An Adaptive Card for a workflow; runs of a rich text block have no Markdown. */
  static ObjectNode teams(ChatMessage message) {
    ObjectNode body = JSON.objectNode().put(TYPE, "message");
    ObjectNode card =
        body.putArray("attachments")
            .addObject()
            .put("contentType", "application/vnd.microsoft.card.adaptive")
            .putObject("content")
            .put("$schema", "http://adaptivecards.io/schemas/adaptive-card.json")
            .put(TYPE, "AdaptiveCard")
            .put("version", "1.4");
    ArrayNode blocks = card.putArray("body");
    teamsBlock(blocks, message.title()).put("weight", "Bolder");
    for (Item item : message.items()) {
      item.headline().ifPresent(headline -> teamsBlock(blocks, headline).put("weight", "Bolder"));
      item.error().ifPresent(error -> teamsBlock(blocks, error).put("fontType", "Monospace"));
      item.advice().ifPresent(advice -> teamsBlock(blocks, advice));
      item.description().ifPresent(description -> teamsBlock(blocks, description));
      item.links().forEach(link -> teamsLink(blocks, link.url(), link.title()));
    }
    message.end().ifPresent(end -> teamsBlock(blocks, end));
    return body;
  }

  private static void teamsLink(ArrayNode blocks, String url, String text) {
    teamsBlock(blocks, text).putObject("selectAction").put(TYPE, "Action.OpenUrl").put("url", url);
  }

  private static ObjectNode teamsBlock(ArrayNode blocks, String text) {
    return blocks
        .addObject()
        .put(TYPE, "RichTextBlock")
        .putArray("inlines")
        .addObject()
        .put(TYPE, "TextRun")
        .put(TEXT, text);
  }

  static ObjectNode discord(ChatMessage message) {
    StringBuilder text = new StringBuilder();
    for (Item item : message.items()) {
      item.headline().ifPresent(headline -> line(text, "**" + markdown(headline) + "**"));
      item.error().ifPresent(error -> line(text, markdown(error)));
      item.advice().ifPresent(advice -> line(text, markdown(advice)));
      item.description().ifPresent(description -> line(text, markdown(description)));
      item.links()
          .forEach(
              link ->
                  line(
                      text, "[" + markdown(link.title()) + "](" + inParentheses(link.url()) + ")"));
    }
    message.end().ifPresent(end -> line(text, markdown(end)));
    ObjectNode body = JSON.objectNode();
    body.putObject("allowed_mentions").putArray("parse");
    ObjectNode embed = body.putArray("embeds").addObject().put("title", discordTitle(message));
    if (text.length() > 0) {
      embed.put("description", text.toString());
    }
    return body;
  }

  /** Escapes make a title longer, so it is shortened until it fits with them. */
  private static String discordTitle(ChatMessage message) {
    String title = markdown(message.title());
    for (int most = MAX_TITLE; title.length() > MAX_TITLE; most -= 8) {
      title = markdown(BoundedText.abbreviate(message.title(), most));
    }
    return title;
  }

  /** Escapes all that Discord gives a meaning, and the colons of addresses, which become links. */
  private static String markdown(String text) {
    return literal(text).replaceAll("[\\\\*_~`|<>\\[\\]()#@-]", "\\\\$0");
  }

  private static String inParentheses(String url) {
    return url.replace("(", "%28").replace(")", "%29");
  }

  /** Texts of DingTalk and WeCom are literal, but addresses in them become links. */
  static ObjectNode plainText(ChatMessage message) {
    ObjectNode body = JSON.objectNode().put("msgtype", TEXT);
    body.putObject(TEXT).put("content", text(message));
    return body;
  }

  /** Returns the message as plain text, whose only addresses are the links. */
  static String text(ChatMessage message) {
    StringBuilder text = new StringBuilder(message.title());
    for (Item item : message.items()) {
      item.headline().ifPresent(headline -> line(text, headline));
      item.error().ifPresent(error -> line(text, literal(error)));
      item.advice().ifPresent(advice -> line(text, literal(advice)));
      item.description().ifPresent(description -> line(text, literal(description)));
      item.links().forEach(link -> line(text, item.plain(link)));
    }
    message.end().ifPresent(end -> line(text, end));
    return text.toString();
  }

  /** Keeps clients from making a link of an address. */
  static String literal(String text) {
    return text.replace("://", ":" + NO_LINK + "//");
  }

  private static void line(StringBuilder text, String line) {
    if (text.length() > 0) {
      text.append('\n');
    }
    text.append(line);
  }

  /** A post, whose texts are literal unless {@code un_escape} is set. */
  static ObjectNode feishu(ChatMessage message) {
    ObjectNode body = JSON.objectNode().put("msg_type", "post");
    ObjectNode post =
        body.putObject("content")
            .putObject("post")
            .putObject(message.language() == MessageLanguage.ZH ? "zh_cn" : "en_us")
            .put("title", message.title());
    ArrayNode lines = post.putArray("content");
    for (Item item : message.items()) {
      item.headline().ifPresent(headline -> feishuText(lines.addArray(), headline));
      item.error().ifPresent(error -> feishuText(lines.addArray(), error));
      item.advice().ifPresent(advice -> feishuText(lines.addArray(), advice));
      item.description().ifPresent(description -> feishuText(lines.addArray(), description));
      item.links().forEach(link -> feishuLink(lines.addArray(), link.url(), link.title()));
    }
    message.end().ifPresent(end -> feishuText(lines.addArray(), end));
    return body;
  }

  private static void feishuLink(ArrayNode line, String url, String text) {
    line.addObject().put("tag", "a").put(TEXT, text).put("href", url);
  }

  private static void feishuText(ArrayNode line, String text) {
    line.addObject().put("tag", TEXT).put(TEXT, text);
  }
}
