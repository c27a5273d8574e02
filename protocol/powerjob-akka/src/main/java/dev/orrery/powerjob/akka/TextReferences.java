package dev.orrery.powerjob.akka;

import com.esotericsoftware.kryo.kryo5.KryoException;
import com.esotericsoftware.kryo.kryo5.util.MapReferenceResolver;

/**
 * Reads references to texts only, up to a number of characters. Workers write a text that stands
 * twice, such as a line without arguments, as a reference of a byte or two, so the bytes of a
 * message do not bound what it means. They write every other object once.
 */
final class TextReferences extends MapReferenceResolver {
  /** As many as a message of JSON may have. */
  static final int MAX_CHARACTERS = 1024 * 1024;

  private int characters;

  @Override
  @SuppressWarnings("rawtypes")
  public Object getReadObject(Class type, int id) {
    if (!(super.getReadObject(type, id) instanceof String text)) {
      throw new KryoException("A message refers to an object twice");
    }
    characters += text.length();
    if (characters > MAX_CHARACTERS) {
      throw new KryoException("A message repeats too many texts");
    }
    return text;
  }

  @Override
  public void reset() {
    characters = 0;
    super.reset();
  }
}
