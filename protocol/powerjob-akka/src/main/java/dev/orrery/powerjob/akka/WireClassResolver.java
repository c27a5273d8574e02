package dev.orrery.powerjob.akka;

import com.esotericsoftware.kryo.kryo5.KryoException;
import com.esotericsoftware.kryo.kryo5.Registration;
import com.esotericsoftware.kryo.kryo5.Serializer;
import com.esotericsoftware.kryo.kryo5.io.Output;
import com.esotericsoftware.kryo.kryo5.util.DefaultClassResolver;
import com.esotericsoftware.kryo.kryo5.util.IdentityObjectIntMap;
import java.util.HashMap;
import java.util.Map;

/**
 * Restricts Kryo to a list of classes, each with its name on the wire. Names in messages are never
 * loaded as classes.
 */
final class WireClassResolver extends DefaultClassResolver {
  /** Tells Kryo that a name follows. */
  private static final int NAME_FOLLOWS = NAME + 2;

  private final Map<String, Class<?>> types = new HashMap<>();
  private final Map<Class<?>, String> names = new HashMap<>();

  void add(String wireName, Class<?> type, Serializer<?> serializer) {
    types.put(wireName, type);
    names.put(type, wireName);
    register(new Registration(type, serializer, NAME));
  }

  @Override
  @SuppressWarnings("rawtypes")
  protected Class getTypeByName(String wireName) {
    Class<?> type = types.get(wireName);
    if (type == null) {
      throw new KryoException("The class of a message is not listed");
    }
    return type;
  }

  @Override
  @SuppressWarnings("rawtypes")
  public Registration registerImplicit(Class type) {
    throw new KryoException("The class of a message is not listed");
  }

  @Override
  @SuppressWarnings("rawtypes")
  protected void writeName(Output output, Class type, Registration registration) {
    if (classToNameId == null) {
      classToNameId = new IdentityObjectIntMap<>();
    }
    output.writeByte(NAME_FOLLOWS);
    int known = classToNameId.get(type, -1);
    if (known >= 0) {
      output.writeVarInt(known, true);
    } else {
      classToNameId.put(type, nextNameId);
      output.writeVarInt(nextNameId++, true);
      output.writeAscii(names.get(type));
    }
  }
}
