from django.http import Http404


def source(request, slug):
    raise Http404
