package dev.orrery.worker.binding;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Resolves the type variables of a class's supertypes to the types that they have in that class.
 */
final class TypeVariables {
  private final Map<TypeVariable<?>, Type> arguments = new HashMap<>();

  private TypeVariables() {}

  static TypeVariables of(Class<?> type) {
    TypeVariables variables = new TypeVariables();
    variables.collect(type);
    return variables;
  }

  private void collect(Class<?> type) {
    for (Class<?> next = type; next != null; next = next.getSuperclass()) {
      add(next.getGenericSuperclass());
      for (Type above : next.getGenericInterfaces()) {
        add(above);
        collect(erased(above));
      }
    }
  }

  private void add(Type type) {
    if (type instanceof ParameterizedType generic) {
      TypeVariable<?>[] variables = erased(type).getTypeParameters();
      for (int i = 0; i < variables.length; i++) {
        arguments.put(variables[i], resolved(generic.getActualTypeArguments()[i]));
      }
    }
  }

  /** Returns the type without variables and wildcards; what is not known is its bound. */
  Type resolved(Type type) {
    if (type instanceof TypeVariable<?> variable) {
      Type known = arguments.get(variable);
      return known == null ? erased(variable.getBounds()[0]) : known;
    }
    if (type instanceof WildcardType wildcard) {
      return resolved(wildcard.getUpperBounds()[0]);
    }
    if (type instanceof GenericArrayType array
        && resolved(array.getGenericComponentType()) instanceof Class<?> component) {
      return component.arrayType();
    }
    if (type instanceof ParameterizedType generic) {
      return new Parameterized(
          erased(generic),
          Arrays.stream(generic.getActualTypeArguments()).map(this::resolved).toList());
    }
    return type;
  }

  /** Returns the class of a type. */
  Class<?> erased(Type type) {
    if (type instanceof Class<?> plain) {
      return plain;
    }
    if (type instanceof ParameterizedType generic) {
      return erased(generic.getRawType());
    }
    if (type instanceof GenericArrayType array) {
      return erased(array.getGenericComponentType()).arrayType();
    }
    if (type instanceof WildcardType wildcard) {
      return erased(wildcard.getUpperBounds()[0]);
    }
    TypeVariable<?> variable = (TypeVariable<?>) type;
    Type known = arguments.get(variable);
    return erased(known == null ? variable.getBounds()[0] : known);
  }

  /** The name and the classes of the parameters; the same for all overrides of a method. */
  String signature(Method method) {
    return method.getName()
        + Arrays.stream(method.getGenericParameterTypes()).map(this::erased).toList();
  }

  private record Parameterized(Class<?> raw, List<Type> arguments) implements ParameterizedType {

    @Override
    public Type[] getActualTypeArguments() {
      return arguments.toArray(Type[]::new);
    }

    @Override
    public Type getRawType() {
      return raw;
    }

    @Override
    public Type getOwnerType() {
      return raw.getDeclaringClass();
    }

    @Override
    public String getTypeName() {
      return raw.getName()
          + arguments.stream().map(Type::getTypeName).collect(Collectors.joining(", ", "<", ">"));
    }
  }
}
