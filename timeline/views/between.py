from django.http import Http404


def between(request, one, other):
    raise Http404
