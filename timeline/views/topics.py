from django.http import Http404


def topics(request):
    raise Http404


def topic(request, slug):
    raise Http404
