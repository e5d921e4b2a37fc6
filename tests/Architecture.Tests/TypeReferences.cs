using System.Reflection;

namespace FpingCluster.Architecture.Tests;

/// <summary>Every type that a type and those nested in it refer to: in signatures, fields, bases, local variables and the code of its methods.</summary>
internal sealed class TypeReferences
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private readonly HashSet<Type> _found = [];

    /// <summary>Generic types as their definitions, nested types as the outermost.</summary>
    public static IEnumerable<Type> Of(Type type)
    {
        var references = new TypeReferences();
        references.AddAll(type);
        return references._found.Where(found => found != type);
    }

    private void AddAll(Type type)
    {
        Add(type.BaseType);
        AddEach(type.GetInterfaces());
        AddEach(type.GetFields(Declared).Select(field => field.FieldType));
        foreach (var method in type.GetMethods(Declared).Cast<MethodBase>().Concat(type.GetConstructors(Declared)))
        {
            AddSignature(method);
            AddBody(type, method);
        }

        foreach (var nested in type.GetNestedTypes(Declared))
        {
            AddAll(nested);
        }
    }

    private void AddBody(Type type, MethodBase method)
    {
        if (method.GetMethodBody() is not { } body)
        {
            return;
        }

        AddEach(body.LocalVariables.Select(local => local.LocalType));
        AddEach(body.ExceptionHandlingClauses.Where(clause => clause.Flags == ExceptionHandlingClauseOptions.Clause).Select(clause => clause.CatchType));
        var typeArguments = type.GetGenericArguments();
        var methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : [];
        foreach (var token in CodeTokens.In(body.GetILAsByteArray() ?? []))
        {
            AddMember(method.Module.ResolveMember(token, typeArguments, methodArguments));
        }
    }

    private void AddMember(MemberInfo? member)
    {
        Add(member as Type ?? member?.DeclaringType);
        if (member is FieldInfo field)
        {
            Add(field.FieldType);
        }
        else if (member is MethodBase method)
        {
            AddSignature(method);
            AddEach(method.IsGenericMethod ? method.GetGenericArguments() : []);
        }
    }

    private void AddSignature(MethodBase method)
    {
        AddEach(method.GetParameters().Select(parameter => parameter.ParameterType));
        Add((method as MethodInfo)?.ReturnType);
    }

    private void AddEach(IEnumerable<Type?> types)
    {
        foreach (var type in types)
        {
            Add(type);
        }
    }

    private void Add(Type? type)
    {
        while (type is { HasElementType: true })
        {
            type = type.GetElementType();
        }

        if (type is null || type.IsGenericParameter || type.IsFunctionPointer)
        {
            return;
        }

        AddEach(type.GetGenericArguments());
        while (type.DeclaringType is { } outer)
        {
            type = outer;
        }

        _found.Add(type.IsGenericType ? type.GetGenericTypeDefinition() : type);
    }
}
