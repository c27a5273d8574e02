package dev.orrery.outbound;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Decodes a response body as text. */
final class BodyText {
  private static final Pattern CHARSET =
      Pattern.compile("charset\\s*=\\s*\"?([^\\s;\"]+)", Pattern.CASE_INSENSITIVE);

  private BodyText() {}

  /**
   * @param truncated whether to drop a partial character at the end
   */
  static String decode(byte[] body, Optional<String> contentType, boolean truncated) {
    CharsetDecoder decoder =
        charset(contentType.orElse(""))
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    CharBuffer text = CharBuffer.allocate((int) Math.ceil(body.length * decoder.maxCharsPerByte()));
    decoder.decode(ByteBuffer.wrap(body), text, !truncated);
    if (!truncated) {
      decoder.flush(text);
    }
    return text.flip().toString();
  }

  private static Charset charset(String contentType) {
    Matcher matcher = CHARSET.matcher(contentType);
    try {
      return matcher.find() ? Charset.forName(matcher.group(1)) : StandardCharsets.UTF_8;
    } catch (IllegalArgumentException e) {
      // The sender's mistake; what can be read of its text is worth more than a failure.
      return StandardCharsets.UTF_8;
    }
  }
}
